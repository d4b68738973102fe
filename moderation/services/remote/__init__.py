"""Asking other services about comments: one file for each, all behind `RemoteCheck`."""
