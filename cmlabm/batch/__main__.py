"""The command line: ``python -m cmlabm.batch``."""

if __name__ == "__main__":
    from cmlabm.interruption import quiet_interruption

    with quiet_interruption():
        from cmlabm.batch.command import app

        app()
