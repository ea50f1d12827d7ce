/// Command lines that are wrong, and what is said of each.
enum WrongOptions {
  private static let installations = ["--old_install_dir", "/opt/o", "--new_install_dir", "/opt/n"]
  private static let upgrade = ["run", "--config", "ok.json"] + installations
  private static let cassandra = upgrade + ["--cass_host", "c.example.com"]
  private static let probed = cassandra + ["--probe", "http://x/"]

  static let all: [(arguments: [String], message: String)] = [
    (
      ["plann"],
      """
      unexpected argument 'plann'; did you mean 'plan'?
        'zdupgrade run --help' tells more
      """
    ),
    (
      ["run", "--frob"],
      """
      unknown option '--frob'. Did you mean '--probe'?
        'zdupgrade run --help' tells more
      """
    ),
    (
      ["run", "extra"],
      """
      unexpected argument 'extra'
        'zdupgrade run --help' tells more
      """
    ),
    (
      ["plan", "--offline"],
      "Node-A: no old installation; give --old_install_dir, or oldInstallDir of the node in the topology"
    ),
    (
      ["plan", "--offline", "--old_install_dir", "/o"],
      "Node-A: no new installation; give --new_install_dir, or newInstallDir of the node in the topology"
    ),
    (
      ["plan", "--offline", "--old_install_dir", "o", "--new_install_dir", "/n"],
      "--old_install_dir: 'o' must be the absolute path of an installation on the nodes, like /opt/Axway-7.7"
    ),
    (
      ["plan", "--offline", "--old_install_dir", "/o", "--new_install_dir", "/o"],
      "Node-A: the old and the new installation are the same folder, /o"
    ),
    (["plan", "--offline", "--config", "missing.json"] + installations, "missing.json: cannot be read: no such file"),
    (["plan", "--offline", "--config", "/"] + installations, "/: cannot be read: is a directory"),
    (
      upgrade,
      """
      nothing was changed: a problem
        no --cass_host, which means localhost, and sysupgrade refuses that for several nodes; give an address that every node can reach over the network, or --no_cassandra
      """
    ),
    (
      upgrade + ["--cass_host", "localhost"],
      """
      nothing was changed: a problem
        --cass_host localhost is a localhost address, and sysupgrade refuses that for several nodes; give an address that every node can reach over the network, or --no_cassandra
      """
    ),
    (
      upgrade + ["--no_cassandra", "--cass_host", "x"],
      """
      nothing was changed: a problem
        --no_cassandra contradicts the other Cassandra options; give one or the other
      """
    ),
    (cassandra + ["--cass_port", "70000"], "--cass_port: is 70000, must be 1 to 65535"),
    (
      cassandra + ["--cass_port", "x"],
      """
      the value 'x' is invalid for '--cass_port <cass_port>'
        --cass_port <cass_port>  Cassandra's port.
        'zdupgrade run --help' tells more
      """
    ),
    (
      cassandra + ["--tracelevel", "LOUD"],
      """
      the value 'LOUD' is invalid for '--tracelevel <tracelevel>'. Please provide one of 'DEBUG', 'INFO' or 'VERBOSE'.
        --tracelevel <tracelevel>  How much sysupgrade logs: DEBUG, INFO or VERBOSE.
        'zdupgrade run --help' tells more
      """
    ),
    (
      cassandra + ["--sign_alg", "md5"],
      """
      the value 'md5' is invalid for '--sign_alg <sign_alg>'. Please provide one of 'sha1', 'sha256', 'sha384' or 'sha512'.
        --sign_alg <sign_alg>  How the new certificates are signed: sha1, sha256, sha384 or sha512.
        'zdupgrade run --help' tells more
      """
    ),
    (cassandra + ["--anm_host", "zzz"], "--anm_host: 'zzz' is no host of the topology; give one of a"),
    (cassandra + ["--username", ""], "--username: is empty; leave the option out or give a value"),
    (cassandra + ["--subj_alt_name", ""], "--subj_alt_name: is empty; leave the option out or give a value"),
    (cassandra + ["--drain_time", "-1"], "--drain_time: is -1, must be 0 to 86400"),
    (
      cassandra + ["--drain_time"],
      """
      missing value for '--drain_time <drain_time>'
        --drain_time <drain_time>  Seconds within which no request may be in flight any more; polled.
        'zdupgrade run --help' tells more
      """
    ),
    (cassandra + ["--startup_time", "0"], "--startup_time: is 0, must be 1 to 86400"),
    (cassandra + ["--shutdown_time", "99999999"], "--shutdown_time: is 99999999, must be 1 to 86400"),
    (
      cassandra + ["--on_drain_timeout", "maybe"],
      """
      the value 'maybe' is invalid for '--on_drain_timeout <on_drain_timeout>'. Please provide one of 'abort' and 'force'.
        --on_drain_timeout <on_drain_timeout>  What follows then: abort (the node is put back) or force (it is stopped; what is in flight is lost).
        'zdupgrade run --help' tells more
      """
    ),
    (
      cassandra + ["--rollback", "maybe"],
      """
      the value 'maybe' is invalid for '--rollback <rollback>'. Please provide one of 'all', 'node' or 'none'.
        --rollback <rollback>  What is taken back after a failure: all (the failing node, then the nodes upgraded before it), node or none.
        'zdupgrade run --help' tells more
      """
    ),
    (cassandra + ["--max_unavailable", "0"], "--max_unavailable: is 0, must be 1 or 1% at least"),
    (
      cassandra + ["--max_unavailable", "120%"],
      """
      the value '120%' is invalid for '--max_unavailable <NUMBER|PERCENT%>'
        --max_unavailable <NUMBER|PERCENT%>  How many of all nodes may be out of service at the same time; a group's floor holds all the same.
        'zdupgrade run --help' tells more
      """
    ),
    (cassandra + ["--canary", "X"], "--canary: 'X' is none of the topology's: A, B"),
    (cassandra + ["--pause_after", "X"], "--pause_after: 'X' is none of the topology's: A, B"),
    (cassandra + ["--accept_downtime", "Nope"], "--accept_downtime: 'Nope' is none of the topology's: G"),
    (cassandra + ["--forks", "0"], "--forks: is 0, must be 1 to 1000"),
    (cassandra + ["--reconnect_time", "-5"], "--reconnect_time: is -5, must be 0 to 86400"),
    (cassandra + ["--not_before", "25:00"], "--not_before: '25:00' is no time like 23:00 or 2026-11-21T23:00"),
    (cassandra + ["--not_after", "tonight"], "--not_after: 'tonight' is no time like 23:00 or 2026-11-21T23:00"),
    (
      cassandra + ["--not_after", "04:00", "--time_zone", "Mars"],
      "--time_zone: 'Mars' is no time zone like Europe/Berlin or UTC"
    ),
    (cassandra + ["--probe", "x"], "--probe: 'x' is no URL like https://api.example.com/ping"),
    (
      cassandra + ["--max_failed_probes", "3"],
      "--max_failed_probes: there is no probe; give --probe URL, or probes in the file"
    ),
    (probed + ["--probe_rate", "0"], "--probe_rate: is 0, must be 1 to 1000"),
    (probed + ["--max_gap", "soon"], "--max_gap: 'soon' is no time like 2, 0.5 or 500ms"),
    (probed + ["--max_failed_probes", "-1"], "--max_failed_probes: is -1, must be 0 or more"),
    (
      probed + ["--on_breach", "explode"],
      """
      the value 'explode' is invalid for '--on_breach <on_breach>'. Please provide one of 'pause', 'abort' or 'rollback'.
        --on_breach <on_breach>  What follows when more went wrong than that: pause, abort or rollback. (default: abort)
        'zdupgrade run --help' tells more
      """
    ),
    (
      cassandra,
      "there is no terminal to ask on; give the password of the administrator (--password_file FILE, or the variable ZDU_PASSWORD); the passphrase of the domain's key (empty for none) (--domain_passphrase_file FILE, or the variable ZDU_DOMAIN_PASSPHRASE)"
    ),
    (cassandra + ["--password_file", "missing"], "--password_file: missing: cannot be read: no such file"),
    (cassandra + ["--password_file", "empty"], "--password_file: is empty"),
    (cassandra + ["--password_file", "two-lines"], "--password_file: holds more than one line, or a NUL character"),
    (cassandra + ["--notify_url", "ftp://x"], "--notify_url: 'ftp://x' is no URL like https://api.example.com/ping"),
    (cassandra + ["--notify_url_file", "missing"], "--notify_url_file: missing: cannot be read: no such file"),
    (cassandra + ["--notify_command", ""], "--notify_command: is empty"),
    (
      cassandra + ["--quiet", "--verbose"],
      """
      --quiet and --verbose: give one of them
        'zdupgrade run --help' tells more
      """
    ),
    (
      cassandra + ["--dry_run", "--format", "json"],
      """
      --format json: a dry run has no events; leave one of --dry_run and --format out
        'zdupgrade run --help' tells more
      """
    ),
    (
      cassandra + ["--format", "xml"],
      """
      the value 'xml' is invalid for '--format <format>'. Please provide one of 'text' and 'json'.
        --format <format>  text, or json: each event as a line of JSON on standard output, as the journal has it, in place of the table.
        'zdupgrade run --help' tells more
      """
    ),
  ]
}
