"""`python -m fumetto`: the command line."""

from fumetto.entry.cli.main import main

if __name__ == "__main__":
    main()
