"""``python -m cmlabm.viz``: Ctrl-C ends it without a traceback, also while it is starting."""

import sys

if __name__ == "__main__":
    try:
        from cmlabm.viz.command import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)
