"""The command line: ``python -m cmlabm.viz``."""

if __name__ == "__main__":
    from cmlabm.interruption import quiet_interruption

    with quiet_interruption():
        from cmlabm.viz.command import app

        app()
