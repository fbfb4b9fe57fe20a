"""The command line: ``python -m cmlabm.chain``."""

if __name__ == "__main__":
    from cmlabm.interruption import quiet_interruption

    with quiet_interruption():
        from cmlabm.chain.command import app

        app()
