"""Lines of figures with targets."""


def report(name: str, value: float, unit: str, relation: str, target: float) -> None:
    """A line: the figure, the target, and whether it is met."""
    met = value < target if relation == "<" else value > target
    goal = f"target {relation} {target} {unit}"
    print(f"  {name:13} {value:7.1f} {unit}   {goal}   {'met' if met else 'MISSED'}")
