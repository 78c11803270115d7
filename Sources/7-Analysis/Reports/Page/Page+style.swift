extension Page {
    /// Blue and vermilion of a palette for color-blind people (Okabe and Ito, "Color universal design", 2008), then
    /// green and purple; lighter variants on a dark background.
    static let style = """
        :root { --ground: #ffffff; --ink: #1d2329; --faint: #5b6670; --rule: #d5dadf; --panel: #f4f6f8; --shadow: #00000055;
          --series-0: #b84a00; --series-1: #0072b2; --series-2: #00795a; --series-3: #9a4f80; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #14181c; --ink: #e6eaee; --faint: #9aa6b1; --rule: #353d45; --panel: #1d2329; --shadow: #ffffff66;
            --series-0: #f0893e; --series-1: #56b4e9; --series-2: #2fc79c; --series-3: #dd9cc5; }
        }
        .series-0 { --series: var(--series-0); --dash: 7 4; } .series-1 { --series: var(--series-1); --dash: none; }
        .series-2 { --series: var(--series-2); --dash: 2 3; } .series-3 { --series: var(--series-3); --dash: 9 3 2 3; }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink);
          font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
        main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: clamp(1.6rem, 4vw, 2.2rem); line-height: 1.2; margin: 0 0 1rem; }
        h2 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .5rem; }
        h3 { font-size: 1.05rem; line-height: 1.3; margin: 0 0 .25rem; }
        p { margin: 0 0 .5rem; max-width: 48rem; overflow-wrap: anywhere; }
        a { color: inherit; }
        .summary { font-size: 1.25rem; line-height: 1.45; max-width: none; padding: 1rem 1.25rem; margin-bottom: 1rem;
          background: var(--panel); border-left: 4px solid var(--ink); }
        .conditions { font-size: .9rem; color: var(--faint); margin: 0 0 .25rem; max-width: none; }
        .highlights { list-style: none; margin: 0 0 1rem; padding: 0; display: grid; gap: 1rem;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); }
        .highlights li { display: flex; flex-direction: column; padding: .75rem 1.25rem; background: var(--panel);
          border-top: 4px solid var(--series); font-size: .9rem; color: var(--faint); }
        .highlights .label { font-weight: 600; color: var(--series); }
        .highlights strong { font-size: 2rem; line-height: 1.3; color: var(--ink); font-variant-numeric: tabular-nums; }
        nav { margin-top: .75rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9rem; color: var(--faint); }
        aside { padding: .75rem 1rem; border: 2px solid var(--series-0); margin: 1rem 0; }
        section { margin-top: 2.5rem; border-top: 1px solid var(--rule); padding-top: 1.25rem; }
        section section { margin-top: 1.5rem; }
        .finding { width: fit-content; padding: .1rem .6rem; border: 1px solid var(--faint); border-radius: 1rem;
          font-size: .85rem; font-weight: 600; }
        .finding::before { content: "? "; } .finding.holds::before { content: "✓ "; }
        .finding.fails::before { content: "✗ "; } .finding.fails { border-style: dashed; }
        figure { margin: 0; min-width: 0; break-inside: avoid; }
        figcaption { color: var(--faint); font-size: .875rem; line-height: 1.4; margin-top: .35rem; }
        .row { display: grid; gap: 1.5rem 2rem; margin: 1rem 0 .5rem; align-items: start;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
        .row > * { min-width: 0; }
        .plot { display: block; width: 100%; max-width: 40rem; height: auto; font-size: 13px; }
        .plot text { fill: var(--ink); }
        .plot .name { font-weight: 700; stroke: var(--ground); stroke-width: 3px; paint-order: stroke; }
        .plot .grid { stroke: var(--rule); } .plot .axis { stroke: var(--faint); fill: none; }
        .series .line { fill: none; stroke: var(--series); stroke-width: 2; stroke-dasharray: var(--dash); }
        .series .bar { stroke: var(--series); stroke-width: 1.5; }
        .series .marker { fill: var(--series); stroke: var(--series); }
        .series.variant .line { stroke-width: 1; } .series.variant .marker { fill: var(--ground); stroke-width: 1.5; }
        .source { margin: .75rem 0 .5rem; padding-left: .6rem; border-left: 4px solid var(--series); max-width: none;
          font-size: .875rem; font-weight: 600; }
        .pictures { display: flex; flex-wrap: wrap; gap: 1.25rem; align-items: flex-start; margin: .75rem 0 1.25rem; }
        .pictures img { display: block; max-width: 100%; height: auto; image-rendering: pixelated; border-radius: 3px; }
        @media (max-width: 30rem) { .pictures { gap: .75rem; } .pictures .small { width: calc(50% - .375rem); } }
        .legend { display: flex; flex-wrap: wrap; gap: 0 .8rem; margin-top: .25rem; }
        /* Shadows at the sides beyond which a table goes on; covers that scroll with it hide them at its ends. */
        .table { overflow-x: auto; margin: .5rem 0; --cover: var(--ground) 1.2rem, transparent;
          background: linear-gradient(to right, var(--cover)) 0 0 / 2.5rem 100% local,
            linear-gradient(to left, var(--cover)) 100% 0 / 2.5rem 100% local,
            linear-gradient(to right, var(--shadow), transparent) 0 0 / .9rem 100% scroll,
            linear-gradient(to left, var(--shadow), transparent) 100% 0 / .9rem 100% scroll;
          background-repeat: no-repeat; }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; }
        td { white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        .matrix td, .matrix th { border: 0; padding: .3rem .45rem; text-align: center; }
        .matrix thead th { vertical-align: bottom; } .matrix thead th span { writing-mode: vertical-rl; rotate: 180deg; }
        .matrix tbody th { white-space: nowrap; } .matrix td { min-width: 2.6rem; border: 1px solid var(--ground); }
        .matrix .right { --shade: var(--series-1); } .matrix .wrong { --shade: var(--series-0); }
        .matrix td[style] { background: color-mix(in srgb, var(--shade) calc(var(--share) * 60%), var(--ground)); }
        .matrix td { background: var(--panel); }
        summary { cursor: pointer; color: var(--faint); font-size: .875rem; margin: .5rem 0; }
        @media print {
          :root { --ground: #ffffff; --ink: #000000; --faint: #444444; --rule: #bbbbbb; --panel: #ffffff;
            --series-0: #b84a00; --series-1: #0072b2; --series-2: #00795a; --series-3: #9a4f80; }
          body { font-size: 10pt; } main { max-width: none; padding: 0; } nav { display: none; }
          tr, li, .plot, .highlights { break-inside: avoid; }
          h2, h3, .finding, .source, section > p { break-after: avoid; }
          .table { overflow: visible; background: none; } table { font-size: 7.5pt; } td { white-space: normal; }
          th, td { padding: .1rem .3rem; } .pictures { zoom: .55; } .row { grid-template-columns: 1fr 1fr; }
          .pictures img { max-height: 36cm; width: auto; } ul { columns: 2; } .highlights { columns: auto; }
          details::details-content { content-visibility: visible; block-size: auto; }
        }

        """
}
