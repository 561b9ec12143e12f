def convert(line):
    place, degrees = line.split("=")
    celsius = (float(degrees) - 32) * 5 / 9
    return f"{place.strip()} {celsius:.1f}"
