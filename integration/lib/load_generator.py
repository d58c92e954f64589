"""The load generator of integration/bench, and what it answers."""

import json
import subprocess

import servers


class Load:
    """The load generator, connected and warm. The end of its input ends it, whatever becomes of the suite."""

    def __init__(self, config):
        self.process = subprocess.Popen([servers.PROGRAMS / "tapri_load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self._say(json.dumps(config))
        self._answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()

    def _say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load generator ended: {self.process.stderr.read()}")
        return json.loads(line)

    def begin(self, seconds):
        self._say(str(seconds))

    def end(self):
        """What came of the run that has begun."""
        return self._answer()

    def run(self, seconds):
        self.begin(seconds)
        return self.end()
