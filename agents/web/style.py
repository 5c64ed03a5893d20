"""How the pages look: calm, by day and by night, on a wall and on a phone."""

from typing import Final

STYLE: Final = """
:root {
  color-scheme: light dark;
  --paper: #fff; --card: #f5f6f8; --ink: #1b222c; --soft: #5b6574; --line: #d9dde3;
  --link: #1a56b0; --grave: #b3261e; --serious: #b35309; --moderate: #8a6a00; --easing: #1a56b0;
  --over: #2c7a4b; --good: #e6f2ea; --press: #1b222c; --on-press: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --card: #1a2028; --ink: #e6eaf0; --soft: #9aa5b4; --line: #333c48;
    --link: #8db7f5; --grave: #ff8078; --serious: #f4a261; --moderate: #e3c04d;
    --easing: #8db7f5; --over: #6ac48c; --good: #16301f; --press: #e6eaf0; --on-press: #12161c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: anywhere;
}
header, main { max-width: 46rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1rem; }
main { padding-bottom: 4rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible,
summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.name { color: var(--soft); font-weight: 600; text-decoration: none; letter-spacing: .02em; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; margin-right: 1rem; }
h1 { font-size: 1.45rem; line-height: 1.25; margin: 1rem 0 .5rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
p { margin: .5rem 0; }
ul { margin: .4rem 0; padding-left: 1.2rem; }
li { margin: .25rem 0; }
.soft { color: var(--soft); font-size: .92rem; }
.grave { --tone: var(--grave); } .serious { --tone: var(--serious); }
.moderate { --tone: var(--moderate); } .easing { --tone: var(--easing); }
.over { --tone: var(--over); } .quiet { --tone: var(--soft); }
.cards { list-style: none; padding: 0; margin: .6rem 0; }
.card {
  margin: .6rem 0; padding: .7rem 1rem; background: var(--card);
  border-left: .3rem solid var(--tone, var(--line)); border-radius: .3rem;
}
.card p { margin: .2rem 0 0; }
.card a { color: inherit; font-weight: 600; }
.brands { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1rem; padding: 0; }
.brands [aria-current] { color: inherit; font-weight: 600; text-decoration: none; }
.head { border-left: .3rem solid var(--tone, var(--line)); padding-left: .9rem; margin-top: 1rem; }
.head h1 { margin: 0; }
.undelivered { border-left: .3rem solid var(--grave); padding: .4rem .9rem; }
.kept { background: var(--good); padding: .6rem 1rem; border-radius: .3rem; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .5rem 1rem; }
dt { color: var(--soft); }
dd { margin: 0; }
dd span { display: block; color: var(--soft); font-size: .92rem; }
blockquote { margin: .7rem 0; padding: .1rem 0 .1rem .9rem; border-left: .2rem solid var(--line); }
blockquote footer { color: var(--soft); font-size: .92rem; }
form { margin: .6rem 0; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin-top: .6rem; }
details { margin: .8rem 0; padding: .1rem 0; }
summary { cursor: pointer; color: var(--soft); }
label { color: var(--soft); font-size: .92rem; }
input[type=text], select {
  padding: .45rem .6rem; font: inherit; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: .3rem;
}
input[type=text] { display: block; width: 100%; margin-top: .15rem; }
button {
  padding: .5rem 1rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-press); background: var(--press); border: 1px solid var(--press);
  border-radius: .3rem;
}
button.second { color: var(--ink); background: var(--paper); border-color: var(--soft); }
fieldset {
  margin: .8rem 0; padding: .8rem 1rem; background: var(--card); border: 0; border-radius: .3rem;
}
legend { float: left; width: 100%; padding: 0; font-weight: 600; }
fieldset blockquote, .choices { clear: both; }
fieldset fieldset { margin: .6rem 0 0; padding: .6rem 0 0; border-top: 1px solid var(--line); }
fieldset fieldset legend { font-weight: 400; }
.choice {
  display: flex; gap: .6rem; align-items: baseline; padding: .35rem 0; color: var(--ink);
  font-size: 1rem;
}
.choice span { color: var(--soft); font-size: .92rem; }
.trail { list-style: none; padding: 0; }
.trail li { padding: .4rem 0; border-top: 1px solid var(--line); }
.strip {
  margin: .8rem 0 0; padding: .6rem 1rem; background: var(--card); border-radius: .3rem;
}
.strip p, .strip ul { margin: 0; }
.strip ul { margin-top: .3rem; }
.blind {
  padding-left: 1.9rem; border: 1px solid var(--soft);
  background: repeating-linear-gradient(135deg, var(--soft) 0 2px, transparent 2px 9px)
    0 0 / .9rem 100% no-repeat var(--card);
}
.foot { margin-top: 2.5rem; padding-top: .8rem; border-top: 1px solid var(--line); }
@media (max-width: 34rem) {
  dl { grid-template-columns: 1fr; gap: .1rem; }
  dd { margin-bottom: .6rem; }
  button, select { flex: 1 1 100%; width: 100%; padding: .7rem 1rem; }
}
"""

ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<path d="M16 3c-5 0-8 4-8 9v7l-3 5h22l-3-5v-7c0-5-3-9-8-9z" fill="#b3261e"/>'
    '<circle cx="16" cy="27" r="3" fill="#b3261e"/></svg>'
)
