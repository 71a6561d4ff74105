"""Content credentials (C2PA): read and checked, and signed with the operator's certificate."""
