import Glibc
import Lab

// The simulated programs are called often and must answer fast: they come before anything else.
if CommandLine.arguments.dropFirst().first == "gateway" {
  exit(await GatewayTool.run(Array(CommandLine.arguments.dropFirst(2))))
}
await ZDULab.main()
