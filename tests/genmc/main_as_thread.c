// For programs compiled with -Dmain=genmc_main: GenMC lets the other threads run on when main returns, so
// that a thread that waits for ever is an error; in C it ends the process.
#include <pthread.h>
#include <stddef.h>

int genmc_main();

int main(void) {
  genmc_main();
  pthread_exit(NULL);
}
