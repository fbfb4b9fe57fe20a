"""``python -m cmlabm.report``: Ctrl-C ends it without a traceback, also while it is starting."""

import sys

if __name__ == "__main__":
    try:
        from cmlabm.report.command import app

        app()
    except KeyboardInterrupt:
        sys.exit(130)
