// The part of the page that an address names is opened, so that a link to a figure
// leads to all that is said of it. What is folded on the screen and belongs on
// paper is opened while the page is printed.
function opened() {
  const id = decodeURIComponent(window.location.hash.slice(1))
  const target = id && document.getElementById(id)
  if (!target) {
    return
  }
  let moved = false
  for (let d = target.parentElement?.closest('details'); d; d = d.parentElement?.closest('details')) {
    moved = moved || !d.open
    d.open = true
  }
  const more = target.matches('h2') ? target.closest('.dimension')?.querySelector(':scope > .open-when-wide') : target.querySelector(':scope > details.row-more')
  if (more) {
    more.open = true
  }
  if (more || moved) {
    target.scrollIntoView()
  }
}

export function reveal() {
  opened()
  window.addEventListener('hashchange', opened)
  let folded = []
  window.addEventListener('beforeprint', () => {
    folded = [...document.querySelectorAll('details[data-print]:not([open])')]
    folded.forEach((d) => (d.open = true))
  })
  window.addEventListener('afterprint', () => folded.forEach((d) => (d.open = false)))
}
