"""The addresses: those of screens, and a module for each thing that is done beside them."""
