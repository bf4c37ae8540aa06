// Not instrumented, keeps state: what no execution can put back.
int tick(void) {
  static int calls;
  return calls++;
}
