"""The core forms, which are left once macros and sugar are gone, and the walkers over them."""
