/// Command lines of other commands than 'run' that are wrong, and what is said of each.
enum WrongCommands {
  private static let installations = ["--old_install_dir", "/opt/o", "--new_install_dir", "/opt/n"]

  static let all: [(arguments: [String], message: String)] = [
    (
      ["resume"],
      "log folder FOLDER/logs: cannot be read: no such file or directory; give the folder of the logs with --log_dir"
    ),
    (
      ["resume", "zzz", "--log_dir", "nowhere"],
      "log folder FOLDER/nowhere: cannot be read: no such file or directory; give the folder of the logs with --log_dir"
    ),
    (
      ["status", "--log_dir", "nowhere"],
      "log folder nowhere: cannot be read: no such file or directory; give the folder of the logs with --log_dir"
    ),
    (
      ["runs", "--log_dir", "ok.json"],
      "log folder ok.json: cannot be read: not a directory; give the folder of the logs with --log_dir"
    ),
    (
      ["logs", "a", "b", "c"],
      """
      unexpected argument 'c'
        'zdupgrade logs --help' tells more
      """
    ),
    (
      ["report"],
      """
      missing expected argument '--output <output>'
        --output <output>  The file to write; one that is there is replaced. - is standard output.
        'zdupgrade report --help' tells more
      """
    ),
    (
      ["report", "--output", "x", "--log_dir", "nowhere"],
      "log folder nowhere: cannot be read: no such file or directory; give the folder of the logs with --log_dir"
    ),
    (["locks", "--config", "missing.json"], "missing.json: cannot be read: no such file"),
    (
      ["unlock", "--config", "ok.json"],
      """
      missing expected argument '--run <run>'
        --run <run>  The run's id, as 'locks' shows it.
        'zdupgrade unlock --help' tells more
      """
    ),
    (
      ["rollback"],
      "log folder FOLDER/logs: cannot be read: no such file or directory; give the folder of the logs with --log_dir"
    ),
    (
      ["watch", "--listen", "here"],
      """
      the value 'here' is invalid for '--listen <host:port>'
        --listen <host:port>  Where browsers are listened for; port 0 is any that is free. Plain HTTP: from other machines rather come by a proxy with TLS, or by 'ssh -L'.
        'zdupgrade watch --help' tells more
      """
    ),
    (
      ["bluegreen", "runn"],
      """
      unexpected argument 'runn'
        'zdupgrade bluegreen --help' tells more
      """
    ),
    (
      ["bluegreen", "plan"],
      """
      missing expected argument '--config <config>'
        --config <config>  The blue-green file.
        'zdupgrade bluegreen plan --help' tells more
      """
    ),
    (
      ["bluegreen", "plan", "--config", "ok.json"],
      "ok.json: nodes: unknown key (known here: $schema, profile, old, new, source, target, migration, timeouts, ssh, fix, restart, start, webhooks, loadBalancer, loadBalancers, probes, hooks)"
    ),
    (
      ["plan", "--offline", "--config", "bluegreen.json"] + installations,
      "bluegreen.json: profile: unknown key (known here: $schema, nodes, ssh, loadBalancer, loadBalancers, groups, hooks, probes, healthChecks)"
    ),
    (
      ["gateway", "frob"],
      """
      unexpected argument 'frob'
        'zdupgrade gateway --help' tells more
      """
    ),
    (["gateway", "health"], "no gateway; give --config and --node, or --url and --user"),
    (["gateway", "health", "--url", "x"], "--url: 'x' is no URL; give it like https://gw-1.example.com:5543"),
  ]
}
