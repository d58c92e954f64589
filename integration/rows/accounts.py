"""Hot accounts that are read and written, and what must be found of them: whatever speaks to the server says how."""

import random

HOT = 1000
SESSIONS = 4


class Accounts:
    """Sessions that read and write the hot accounts, all in one way of asking, and know what they must find."""

    def __init__(self, tapri, seed, way):
        self.random = random.Random(seed)
        self.links = [self.session(tapri, way) for _ in range(SESSIONS)]
        self.balances = dict.fromkeys(range(1, HOT + 1), 0)
        self.last_read = set()  # accounts of which the last operation was a read
        self.wrong = []

    def session(self, tapri, way):
        """Something with balance(account), the rows' values as bytes; add(delta, account); close()."""
        raise NotImplementedError

    def operation(self, share):
        link = self.random.choice(self.links)
        account = self.random.randint(1, HOT)
        if self.random.random() < share:
            return self.read(link, account)
        delta = self.random.randint(-50, 50)
        link.add(delta, account)
        self.balances[account] += delta
        self.last_read.discard(account)
        return None

    def read(self, link, account):
        """Whether it could have been a hit."""
        found = link.balance(account)
        if found != [str(self.balances[account]).encode()]:
            self.wrong.append((account, self.balances[account], found))
        could = account in self.last_read
        self.last_read.add(account)
        return could

    def close(self):
        for link in self.links:
            link.close()
