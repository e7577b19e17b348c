"""What `./x bench compare` and `./x bench models` share. machine, turns, results, report and svg need
the standard library alone; inlay and encoder need NumPy."""
