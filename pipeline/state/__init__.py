"""What survives a crash: the state of both shards in tables of bytes."""
