//! Silence: what real programs say to each other is clean, and every finding on it is one that was looked at.
