#include "program.h"
#include "system.h"

int main(int argc, char** argv) {
  cli::prepare_streams();
  return cli::run_program(cli::command_line(argc, argv));
}
