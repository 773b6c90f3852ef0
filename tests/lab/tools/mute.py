#!/usr/bin/python3
"""Takes connections on ADDRESS PORT and never says a word."""
import socket
import sys
import time

with socket.create_server((sys.argv[1], int(sys.argv[2]))):
    print("ready", flush=True)
    while True:
        time.sleep(60)
