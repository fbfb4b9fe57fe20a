"""The command line: ``python -m cmlabm.report``."""

if __name__ == "__main__":
    from cmlabm.interruption import quiet_interruption

    with quiet_interruption():
        from cmlabm.report.command import app

        app()
