"""How is the project started, tested and measured on one machine? bin/demo, bin/test and bin/bench are thin."""
