"""The Department for Education's register of schools (GIAS): reading its files and loading them."""
