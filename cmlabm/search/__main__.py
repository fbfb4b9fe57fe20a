"""The command line: ``python -m cmlabm.search``."""

if __name__ == "__main__":
    from cmlabm.interruption import quiet_interruption

    with quiet_interruption():
        from cmlabm.search.command import app

        app()
