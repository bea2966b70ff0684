/** For a flag that may be repeated: collects what `parse` makes of each value. */
export function list<Value>(parse: (text: string) => Value) {
  return (text: string, previous: Value[] = []): Value[] => [...previous, parse(text)];
}
