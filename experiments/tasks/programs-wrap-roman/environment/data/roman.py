VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def convert(line):
    total = 0
    last = 0
    for letter in reversed(line.strip().upper()):
        if letter not in VALUES:
            raise ValueError(letter)
        value = VALUES[letter]
        total += value if value >= last else -value
        last = max(last, value)
    return str(total)
