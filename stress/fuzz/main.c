/* main of a program that has only LLVMFuzzerTestOneInput: under `heddle fuzz`, `heddle check` and `heddle
   replay` an execution calls it with the scenario of its input; on its own it is called with each file named.
 */
#include <heddle/check.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);
int main(int argc, char** argv);

/* In a block of exactly its size, so that reading beyond it is found. */
static void call_with(const uint8_t* bytes, size_t size) {
  uint8_t* const data = malloc(size);
  if (data == NULL) exit(5);
  if (size > 0) memcpy(data, bytes, size);
  LLVMFuzzerTestOneInput(data, size);
  free(data);
}

static int call_with_file(const char* path) {
  FILE* const file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    return 2;
  }
  static uint8_t bytes[1 << 20];
  const size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  call_with(bytes, size);
  return 0;
}

int main(int argc, char** argv) {
  if (LLVMFuzzerInitialize != NULL) LLVMFuzzerInitialize(&argc, &argv);
  if (heddle_in_check()) {
    size_t size = 0;
    const uint8_t* const bytes = heddle_runtime_fuzz_input(&size);
    call_with(bytes, size);
    return 0;
  }
  for (int i = 1; i < argc; ++i) {
    const int failed = call_with_file(argv[i]);
    if (failed != 0) return failed;
  }
  return 0;
}
