/// How the report looks: on light and dark screens, and on paper.
enum ReportStyle {
  /// The style sheet; nothing in it is loaded from anywhere.
  static let text = colours + page + tables + charts + paper

  private static let colours = """
    :root {
      --paper: #fff; --ink: #1b1f24; --quiet: #57606a; --rule: #d0d7de; --soft: #f3f5f8;
      --good: #116329; --bad: #b3261e; --open: #7a4e00; --out: #c2410c;
      --p0: #9ec5fe; --p1: #8fdcd3; --p2: #ffd98a; --p3: #cdb4f6; --p4: #a6e3a1; --p5: #f7b7d2; --p6: #c9d38a; --p7: #b8c4d6;
      --preflight: #d5dae1; --rollback: #f5a99d; --onPhase: #14171a; --median: #1f6feb; --slow: #8250df;
    }
    @media (prefers-color-scheme: dark) { :root {
      --paper: #14171c; --ink: #e6e9ee; --quiet: #9aa4b1; --rule: #363d47; --soft: #1e232a;
      --good: #6fdd8b; --bad: #ff8a80; --open: #ffc66b; --out: #ff9a5c;
      --p0: #2f5f9e; --p1: #1f6d66; --p2: #80601a; --p3: #61479a; --p4: #2f6b37; --p5: #8a3f62; --p6: #5f6a22; --p7: #48566b;
      --preflight: #454d58; --rollback: #94392d; --onPhase: #f4f6f8; --median: #6cb1ff; --slow: #c09bff;
    } }

    """

  private static let page = """
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Liberation Sans", sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
    h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; } h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
    .tool { color: var(--quiet); margin: 0; }
    .verdict { display: inline-block; padding: .2rem .7rem; border: 2px solid; border-radius: .4rem; font-weight: 700; }
    .good, .passed { color: var(--good); } .bad, .failed { color: var(--bad); } .open { color: var(--open); } .none { color: var(--quiet); }
    dl { margin: 1rem 0 0; } dl div { display: flex; gap: .75rem; padding: .1rem 0; }
    dt { color: var(--quiet); flex: 0 0 10rem; } dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
    pre { background: var(--soft); padding: .5rem .75rem; border-radius: .3rem; margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere;
      font: 12.5px/1.45 ui-monospace, "Liberation Mono", monospace; color: var(--ink); }
    li { overflow-wrap: anywhere; } ul, ol { padding-left: 1.4rem; margin: .3rem 0; }
    details { margin: .4rem 0; } summary { cursor: pointer; }
    .log { list-style: none; padding: 0; font-size: .9rem; } time { color: var(--quiet); font-variant-numeric: tabular-nums; margin-right: .5rem; }
    .command { border-left: 3px solid var(--rule); padding-left: .75rem; margin: .8rem 0; } .when { margin: 0; font-size: .9rem; }
    .command .typed { font-weight: 600; }

    """

  private static let tables = """
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { border: 1px solid var(--rule); padding: .3rem .7rem; text-align: left; white-space: nowrap; }
    thead th { background: var(--soft); } tbody th { font-weight: 600; max-width: 22rem; overflow: hidden; text-overflow: ellipsis; }
    .numbers td { text-align: right; }

    """

  private static let charts = """
    .chart { border: 1px solid var(--rule); border-radius: .3rem; padding: .5rem .75rem .75rem 0; }
    .row { display: flex; align-items: center; }
    .name { flex: 0 0 11rem; padding: 0 .75rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; }
    .name small { font-weight: 400; color: var(--quiet); }
    .track { position: relative; flex: 1; height: 2.1rem; min-width: 0; }
    .scale .name { font-weight: 400; color: var(--quiet); } .scale .track { height: 1.4rem; overflow: hidden; }
    .tick { position: absolute; transform: translateX(-50%); font-size: .75rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
    .tick.first { transform: none; } .tick.last { transform: translateX(-100%); }
    .line { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--rule); }
    .cut { position: absolute; top: 0; bottom: 0; width: 0; border-left: 3px double var(--quiet); }
    .box { position: absolute; overflow: hidden; }
    .phase { top: .35rem; height: 1.1rem; font-size: .7rem; line-height: 1.1rem; color: var(--onPhase); white-space: nowrap; border-radius: 2px; padding-left: 1px; }
    .phase.failed { outline: 2px solid var(--bad); font-weight: 700; color: var(--onPhase); }
    .out { top: 1.55rem; height: .25rem; background: var(--out); border-radius: 2px; }
    .drain { top: 1.45rem; height: .45rem; background: repeating-linear-gradient(45deg, var(--out) 0 3px, var(--paper) 3px 6px); border: 1px solid var(--out); }
    .dense .track { height: 1.05rem; } .dense .name { font-size: .75rem; line-height: 1.05rem; } .dense .phase { top: .1rem; height: .55rem; font-size: 0; }
    .dense .out { top: .72rem; height: .15rem; } .dense .drain { top: .68rem; height: .25rem; } .dense .scale .track { height: 1.4rem; }
    .probe .name { white-space: normal; overflow-wrap: anywhere; font-size: .8rem; line-height: 1.25; }
    .probe .track { height: 4.5rem; border-bottom: 1px solid var(--rule); } .probe svg { position: absolute; inset: 0; width: 100%; height: 100%; }
    polyline { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
    polyline.median { stroke: var(--median); } polyline.slow { stroke: var(--slow); stroke-dasharray: 5 3; }
    .gap { top: 0; bottom: 0; background: var(--bad); opacity: .75; }
    .p0 { background: var(--p0); } .p1 { background: var(--p1); } .p2 { background: var(--p2); } .p3 { background: var(--p3); }
    .p4 { background: var(--p4); } .p5 { background: var(--p5); } .p6 { background: var(--p6); } .p7 { background: var(--p7); }
    .preflight { background: var(--preflight); } .rollback { background: var(--rollback); }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; font-size: .85rem; color: var(--quiet); }
    .key { display: inline-block; position: static; width: 1.1rem; height: .7rem; margin-right: .4rem; vertical-align: -.05rem; border-radius: 2px; }
    .key.out { height: .25rem; vertical-align: .2rem; } .key.median, .key.slow { height: 0; border-top: 2px solid var(--median); vertical-align: .25rem; }
    .key.slow { border-top: 2px dashed var(--slow); }

    """

  /// Paper is white, and what is folded on a screen stays folded but for what failed.
  private static let paper = """
    @media print {
      html { font-size: 11px; }
      :root {
        --paper: #fff; --ink: #000; --quiet: #444; --rule: #bbb; --soft: #f3f3f3; --good: #0b5a20; --bad: #a01b14; --open: #6b4400; --out: #b53d0a;
        --p0: #9ec5fe; --p1: #8fdcd3; --p2: #ffd98a; --p3: #cdb4f6; --p4: #a6e3a1; --p5: #f7b7d2; --p6: #c9d38a; --p7: #b8c4d6;
        --preflight: #d5dae1; --rollback: #f5a99d; --onPhase: #000; --median: #1f6feb; --slow: #8250df;
      }
      body { font-size: 10.5px; } main { max-width: none; padding: 0; } h2 { break-after: avoid; margin-top: 1.2rem; }
      * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      .row, tr, li, .chart:not(.dense) { break-inside: avoid; } .name { flex-basis: 8rem; } .scroll { overflow: visible; }
      th, td { padding: .2rem .4rem; }
      @page { size: A4 landscape; margin: 12mm; }
    }

    """
}
