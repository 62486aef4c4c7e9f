"""The one entry point: without arguments the window opens, with a command it runs headless."""

import multiprocessing
import os
import sys


def main() -> int:
    """Prepare the process, then hand over to the command line; returns the exit status."""
    multiprocessing.freeze_support()
    if sys.argv[1:] == ["--sandbox-child"]:  # how an installed app starts the process that runs generated code
        from codegen_desktop.generation.sandbox_child import main as serve

        serve()
        return 0
    # libgomp's waiting threads must not spin: with other programs running, spinning ones slow training tenfold.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from codegen_desktop.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
