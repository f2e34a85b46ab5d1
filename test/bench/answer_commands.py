"""The Python side's part of python-side.ts: each line of stdin is a command, each answer one line of JSON."""
import json
import sys


def answer_commands(**commands):
    """Says that it is ready, then answers `NAME` with what commands[NAME] returns for the number of jobs, 1 until a line says `jobs N`."""
    print(json.dumps(dict(ready=True)), flush=True)
    jobs = 1
    for line in sys.stdin:
        name, *words = line.split()
        if name == "jobs":
            jobs = int(words[0])
        print(json.dumps({} if name == "jobs" else commands[name](jobs)), flush=True)
