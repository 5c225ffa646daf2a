"""Mix or rate: what moved a total."""
