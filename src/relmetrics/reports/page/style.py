"""Style of the page: one type scale, two accents, light and dark, small screens and paper."""

from __future__ import annotations

STYLE = """
.relmetrics{color-scheme:light dark;--bg:#fff;--ink:#16202a;--soft:#55636e;--line:#dfe5e9;
--card:#f6f8f9;--accent:#0b6e69;--rng:#7fb8b4;--good:#1f5fbf;--bad:#a63f08;--good-bg:#e8f0fc;
--bad-bg:#fcefe6;--p:#0b6e69;--m:#c3ced6;--d:#c8642a;--heat:#0b6e69;--violet:#7a4fb5;background:var(--bg);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",sans-serif;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){.relmetrics{--bg:#11171c;--ink:#e9eef2;--soft:#a3b3be;
--line:#2c3740;--card:#182027;--accent:#5cc6bf;--rng:#2f7d78;--good:#8db8ff;--bad:#f2a673;
--good-bg:#16263f;--bad-bg:#3a2413;--p:#3fa9a2;--m:#47555f;--d:#d98350;--heat:#2f9a93;--violet:#b79af0}}
body.relmetrics{margin:0}
.relmetrics *{box-sizing:border-box}
.relmetrics .page{max-width:1120px;margin:0 auto;padding:0 24px}
.relmetrics header.page{padding-top:40px}
.relmetrics h1{font-size:2rem;line-height:1.15;margin:0 0 8px;letter-spacing:-.02em;
text-wrap:balance}
.relmetrics h2{font-size:1.3rem;line-height:1.25;margin:48px 0 6px;letter-spacing:-.01em}
.relmetrics [id$=glance] h2{margin-top:28px}
.relmetrics h3{font-size:.875rem;line-height:1.35;font-weight:600;color:var(--soft);margin:0}
.relmetrics h3 small{font-size:inherit;font-weight:400}
.relmetrics p{margin:0}
.relmetrics a{color:var(--accent);text-underline-offset:.15em}
.relmetrics :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
.relmetrics .about{color:var(--soft);max-width:75ch}
.relmetrics .lead{color:var(--soft);margin:0 0 14px;max-width:75ch}
.relmetrics .soft{color:var(--soft)}
.relmetrics nav ul{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;padding:12px 0;
margin:20px 0 0;border-block:1px solid var(--line)}
.relmetrics nav a{text-decoration:none}
.relmetrics nav a:hover{text-decoration:underline}
.relmetrics .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(245px,100%),1fr));
gap:14px;margin-top:12px}
.relmetrics .tile{background:var(--card);border:1px solid var(--line);border-radius:12px;
padding:16px 18px;display:flex;flex-direction:column}
.relmetrics .tile:only-child{max-width:430px}
.relmetrics .big{font-size:2.75rem;line-height:1.15;font-weight:650;letter-spacing:-.03em;
margin:2px 0 0}
.relmetrics .big small{font-size:1rem;font-weight:500;letter-spacing:0;color:var(--soft)}
.relmetrics .ci{color:var(--soft);font-size:.875rem}
.relmetrics .made{margin:14px 0 12px;flex:1}
.relmetrics .chg .chip{display:table;margin-bottom:2px}
.relmetrics .chg{font-size:.875rem;border-top:1px solid var(--line);padding-top:10px}
.relmetrics .chip{display:inline-block;white-space:nowrap;font-size:.8125rem;line-height:1.5;
font-weight:600;border-radius:99px;padding:0 9px}
.relmetrics .chip.better{color:var(--good);background:var(--good-bg)}
.relmetrics .chip.worse{color:var(--bad);background:var(--bad-bg)}
.relmetrics .chip.none{color:var(--soft);font-weight:400;padding:0}
.relmetrics .rang{color:var(--bad);font-weight:600}
.relmetrics .split{display:flex;height:14px;border-radius:7px;overflow:hidden;gap:2px}
.relmetrics .split.thin{height:10px;border-radius:5px;min-width:140px;gap:1px}
.relmetrics .split span{display:block}
.relmetrics .p{background:var(--p)}.relmetrics .m{background:var(--m)}
.relmetrics .d{background:var(--d)}
.relmetrics .key{display:flex;flex-wrap:wrap;gap:2px 12px;font-size:.8125rem;color:var(--soft);
margin-top:6px}
.relmetrics .key>span{white-space:nowrap}
.relmetrics .dot{display:inline-block;width:9px;height:9px;border-radius:3px;margin-right:5px}
.relmetrics .hist{display:flex;align-items:flex-end;gap:4px}
.relmetrics .hist .col{flex:1;min-width:0;display:flex;flex-direction:column;text-align:center}
.relmetrics .hist small{font-size:.75rem;line-height:1.35;color:var(--soft);white-space:nowrap}
.relmetrics .hist.many{gap:0}
.relmetrics .ends{display:flex;justify-content:space-between;font-size:.75rem;
color:var(--soft)}
.relmetrics .hist .bar{border-radius:3px 3px 0 0;min-height:2px}
.relmetrics .means{list-style:none;margin:0;padding:0;font-size:.8125rem}
.relmetrics .means li{display:grid;grid-template-columns:minmax(0,5fr) 4fr auto;gap:8px;
align-items:center;line-height:1.7}
.relmetrics .means li>span:first-child{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.relmetrics .meter{height:8px;border-radius:4px;background:var(--line);overflow:hidden}
.relmetrics .meter span{display:block;height:100%;background:var(--p)}
.relmetrics .place{max-width:190px}.relmetrics .place .iv{width:100%;height:auto}
.relmetrics .say{padding-left:1.2em;margin:18px 0 0;max-width:80ch}
.relmetrics .say li{margin:4px 0}
.relmetrics section .say{margin:8px 0 18px}
.relmetrics [id$=glance] .say{margin-top:20px}
.relmetrics .key+.hist{margin-top:12px}
.relmetrics .scroll{overflow-x:auto;margin:0 0 14px;overflow-wrap:normal}
.relmetrics table{border-collapse:collapse;font-size:.9375rem;line-height:1.4}
.relmetrics caption{text-align:left;color:var(--soft);font-size:.875rem;padding-bottom:6px}
.relmetrics th,.relmetrics td{padding:8px 18px 8px 0;border-bottom:1px solid var(--line);
text-align:left;vertical-align:top;background:none}
.relmetrics tr{background:none}
.relmetrics thead th{font-size:.8125rem;color:var(--soft);font-weight:600;vertical-align:bottom}
.relmetrics tbody th{font-weight:600;min-width:8rem;max-width:20rem;overflow-wrap:anywhere}
.relmetrics th small,.relmetrics td>small{display:block;font-weight:400;color:var(--soft);
font-size:.8125rem}
.relmetrics .num{text-align:right;white-space:nowrap}
.relmetrics td.text{min-width:12rem}
.relmetrics .heard{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media screen and (min-width:900px){.relmetrics .bars .iv{width:240px}
.relmetrics .parts .bars .iv{width:190px}
.relmetrics .bars .iv text{font-size:7.5px}.relmetrics .bars .rng{stroke-width:3.4}
.relmetrics .bars .pt{stroke-width:5.6}.relmetrics .bars .hole{stroke-width:3}}
.relmetrics .when{white-space:nowrap}
.relmetrics .wide{min-width:190px}
.relmetrics .matrix .v{display:flex;justify-content:space-between;gap:10px;white-space:nowrap}
.relmetrics .matrix .v,.relmetrics .matrix .iv{width:165px}
.relmetrics .matrix small{color:var(--soft);font-size:.8125rem}
.relmetrics .matrix .total td,.relmetrics .matrix .total th{border-bottom-color:var(--soft)}
.relmetrics .matrix .of th{position:static;color:var(--accent);padding:18px 0 4px}
.relmetrics .matrix th:first-child{position:sticky;left:0;background:var(--bg);z-index:1}
.relmetrics svg text{fill:var(--soft);font-size:11px}
.relmetrics .iv{display:block;width:150px;height:auto}
.relmetrics path{fill:none}
.relmetrics .ax{stroke:var(--line)}
.relmetrics .tot{stroke:var(--soft);stroke-dasharray:3 2}
.relmetrics .rng{stroke:var(--rng);stroke-width:5;stroke-linecap:round}
.relmetrics .pt{stroke:var(--accent);stroke-width:8;stroke-linecap:round}
.relmetrics .hole{stroke:var(--bg);stroke-width:4.5;stroke-linecap:round}
.relmetrics .course{stroke:var(--accent);stroke-width:1.5;opacity:.5}
.relmetrics .full{fill:var(--accent)}
.relmetrics .hollow{fill:var(--bg);stroke:var(--accent);stroke-width:1.5}
.relmetrics .hot{fill:var(--bad)}
.relmetrics svg.trend{display:block;width:100%;height:auto;max-width:500px}
.relmetrics .trends{display:grid;gap:24px 32px;margin:22px 0 14px;
grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr))}
@media(min-width:900px){.relmetrics .trends.even{grid-template-columns:1fr 1fr}}
.relmetrics .parts{display:grid;grid-template-columns:minmax(0,1fr);gap:0 40px}
@media(min-width:900px){.relmetrics .parts{grid-template-columns:repeat(2,minmax(0,1fr))}
.relmetrics .across{grid-column:1/-1}}
.relmetrics .part+figure>figcaption{font-weight:400;font-size:.875rem;color:var(--soft)}
.relmetrics figure{margin:0;min-width:0}
.relmetrics figcaption{font-weight:600;margin-bottom:4px}
.relmetrics figure p{font-size:.875rem;color:var(--soft);margin:4px 0}
.relmetrics summary{cursor:pointer;padding:8px 0;color:var(--accent)}
.relmetrics figure summary{font-size:.875rem;padding:4px 0}
.relmetrics [id$=definitions] details{border-bottom:1px solid var(--line)}
.relmetrics [id$=definitions] summary{font-weight:600;color:var(--ink)}
.relmetrics [id$=definitions] summary span{color:var(--soft);font-weight:400;margin-left:6px}
.relmetrics dl{margin:0 0 14px;display:grid;grid-template-columns:minmax(6.5rem,auto) 1fr;
gap:4px 18px;font-size:.9375rem}
.relmetrics dt{color:var(--soft)}.relmetrics dd{margin:0;max-width:75ch}
.relmetrics .tiles+p{margin-top:16px}
.relmetrics h3.part{font-size:1.0625rem;color:var(--ink);margin:30px 0 8px}
.relmetrics h2+h3.part{margin-top:12px}
.relmetrics h2+.scroll,.relmetrics h2+figure{margin-top:14px}
.relmetrics th button{all:unset;cursor:pointer;font:inherit;color:inherit}
.relmetrics th button:hover{color:var(--accent);text-decoration:underline}
.relmetrics th button:focus-visible{outline:2px solid var(--accent);border-radius:4px}
.relmetrics th[aria-sort] button::after{content:" \\25B2" / "";font-size:.7em}
.relmetrics th[aria-sort=descending] button::after{content:" \\25BC" / ""}
.relmetrics tr.total>*{border-bottom-color:var(--soft)}
.relmetrics table.sorts tbody th:first-child{position:sticky;left:0;background:var(--bg);z-index:1}
.relmetrics .heat th,.relmetrics .heat td{padding:5px 7px;white-space:nowrap}
.relmetrics .heat th:first-child{padding-left:0;position:sticky;left:0;background:var(--bg)}
.relmetrics .heat td[style]{background:color-mix(in oklab,var(--heat) calc(.6*var(--v)),var(--bg))}
.relmetrics svg.flows{display:block;width:100%;height:auto;max-width:600px}
.relmetrics figure+.scroll{margin-top:14px}
.relmetrics .fp{fill:var(--p);background:var(--p)}.relmetrics .fm{fill:var(--m);background:var(--m)}
.relmetrics .fr{fill:var(--rng);background:var(--rng)}
.relmetrics .fx{fill:var(--good);background:var(--good)}
.relmetrics .fd{fill:var(--d);background:var(--d)}
.relmetrics .fc{fill:var(--bad);background:var(--bad)}
.relmetrics .unfinished{opacity:.45}
.relmetrics .zero{stroke:var(--soft)}
.relmetrics .curve{stroke:var(--accent);stroke-width:2}
.relmetrics .piece{width:26px;height:6px;margin-right:6px;vertical-align:middle}
.relmetrics .s0{--s:var(--accent)}.relmetrics .s1{--s:var(--d);stroke-dasharray:7 3}
.relmetrics .s2{--s:var(--good);stroke-dasharray:2 2}
.relmetrics .s3{--s:var(--violet);stroke-dasharray:9 3 2 3}
.relmetrics .s4{--s:var(--soft);stroke-dasharray:4 2}
.relmetrics .s5{--s:var(--ink);stroke-dasharray:1 3}
.relmetrics path:is(.s0,.s1,.s2,.s3,.s4,.s5){stroke:var(--s);opacity:1}
.relmetrics circle:is(.s0,.s1,.s2,.s3,.s4,.s5){fill:var(--s)}
.relmetrics h4{font-size:.9375rem;margin:0 0 4px}
.relmetrics .shares{width:100%;max-width:720px}.relmetrics .shares .wide{width:100%}
.relmetrics .shares+.key{margin:0 0 14px}
.relmetrics path.band{fill:var(--rng);opacity:.35}
.relmetrics footer.page{color:var(--soft);font-size:.875rem;padding-block:36px}
@media screen and (max-width:640px){
.relmetrics :is(.matrix,.bars),.relmetrics :is(.matrix,.bars) :is(caption,thead,tbody,tr,th){
display:block}
.relmetrics :is(.matrix,.bars) :is(th,td),.relmetrics.relmetrics .matrix th:first-child{border:0;
padding:0;max-width:none;min-width:0;position:static}
.relmetrics :is(.matrix,.bars) :is(thead,tbody) tr{border-bottom:1px solid var(--line);
padding:10px 0}
.relmetrics .matrix thead th+th,.relmetrics .matrix td{display:grid;gap:0 8px;padding:3px 0;
grid-template-columns:4.5rem minmax(0,1fr) 150px;align-items:center}
.relmetrics.relmetrics .matrix tr.of{border:0;padding:20px 0 0;font-size:1.0625rem}
.relmetrics .matrix td::before{content:attr(data-m);font-size:.8125rem;color:var(--soft)}
.relmetrics .matrix td:empty{display:none}
.relmetrics .matrix tbody tr>th{margin-bottom:3px}
.relmetrics .matrix .v{width:auto;flex-wrap:wrap;gap:0 8px}
.relmetrics .matrix thead small{margin:0}
.relmetrics .matrix .iv{width:150px;grid-column:3}
.relmetrics .matrix td .chip{grid-column:2/-1;justify-self:start}
.relmetrics.relmetrics .bars tr{display:grid;grid-template-columns:5rem 150px minmax(0,1fr);
gap:2px 10px;align-items:start}
.relmetrics .bars tr>:first-child,.relmetrics .bars td[data-m]{grid-column:1/-1}
.relmetrics .bars thead tr{align-items:end}
.relmetrics .bars tr>:nth-child(2){text-align:left}
.relmetrics .bars thead .further{display:none}
.relmetrics .bars thead .num{white-space:normal}
.relmetrics .cards,.relmetrics .cards :is(caption,tbody,tr,th){display:block}
.relmetrics .cards thead{display:none}
.relmetrics .cards :is(th,td){border:0;padding:0;max-width:none}
.relmetrics .cards tr{border-bottom:1px solid var(--line);padding:10px 0}
.relmetrics .cards td{display:grid;grid-template-columns:minmax(5.25rem,2fr) 3fr;gap:0 10px;
text-align:left;padding:2px 0}
.relmetrics .cards td::before{content:attr(data-m);font-size:.8125rem;color:var(--soft);
grid-row:span 2}
.relmetrics .cards td:empty{display:none}
.relmetrics .cards .chip{justify-self:start}
.relmetrics .bars td[data-m]::before{content:attr(data-m) " ";font-size:.8125rem;
color:var(--soft)}
.relmetrics .bars td[data-m]:empty{display:none}}
@media(max-width:480px){.relmetrics .page{padding-inline:16px}
.relmetrics header.page{padding-top:24px}.relmetrics h1{font-size:1.6rem}
.relmetrics dl{grid-template-columns:1fr;gap:0}.relmetrics dd{margin-bottom:8px}}
@media print{@page{size:A4;margin:14mm}
html:has(>.relmetrics){font-size:10.5px}
.relmetrics{--bg:#fff;--ink:#000;--soft:#444;--line:#ccc;--card:#fff;--accent:#0b6e69;
--rng:#7fb8b4;--good:#1f5fbf;--bad:#a63f08;--good-bg:#fff;--bad-bg:#fff;--p:#0b6e69;--m:#c3ced6;
--d:#c8642a;--heat:#0b6e69;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.relmetrics nav{display:none}.relmetrics .page{max-width:none;padding:0}
.relmetrics header.page{padding-top:0}
.relmetrics .tiles{grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:8px}
.relmetrics :is(.trends,.trends.even,.parts){grid-template-columns:1fr 1fr}
.relmetrics .across{grid-column:1/-1}
.relmetrics .scroll{overflow:visible}
.relmetrics figure details,.relmetrics details.all{display:none}
.relmetrics details.more::details-content{content-visibility:visible;height:auto}
.relmetrics th,.relmetrics td{padding:4px 8px 4px 0}
.relmetrics .matrix .v,.relmetrics .matrix .iv,.relmetrics .iv{width:112px}
.relmetrics .matrix th:first-child{position:static}
.relmetrics :is(h2,h3,caption,.lead,summary){break-after:avoid}
.relmetrics svg.flows{max-width:380px}
.relmetrics h2{margin-top:18px}.relmetrics .tiles+p{margin-top:16px}
.relmetrics footer.page{padding-block:8px 0}
.relmetrics dl{gap:1px 14px;margin-bottom:6px}
.relmetrics summary{padding:4px 0}
.relmetrics .tile,.relmetrics figure,.relmetrics tr,.relmetrics dl{break-inside:avoid}
.relmetrics [id$=definitions] details::details-content{content-visibility:visible;height:auto}}
"""
"""The whole style, under one class, so that a notebook that shows a scorecard keeps its own."""
