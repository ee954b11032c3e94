"""Street-level crime as data.police.uk publishes it: finding its files, reading them, and what stands in them."""
