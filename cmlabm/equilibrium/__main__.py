"""The command line: ``python -m cmlabm.equilibrium``."""

if __name__ == "__main__":
    from cmlabm.interruption import quiet_interruption

    with quiet_interruption():
        from cmlabm.equilibrium.command import app

        app()
