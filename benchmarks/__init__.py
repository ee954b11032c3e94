"""What must stay fast? Each bench_*.py measures one thing against the plainest way to do it, and gives the ratio."""
