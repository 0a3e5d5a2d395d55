"""`python -m fumetto`: the command line."""

from fumetto.kernel.heap import loading

if __name__ == "__main__":
    loading()  # before anything large is imported; `run` in the command line says when that is done

    from fumetto.entry.cli.main import main

    main()
