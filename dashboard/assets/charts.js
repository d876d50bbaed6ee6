// Makes the page's charts live: where the server drew an SVG, ECharts draws
// the same option again, so that it answers to pointer and window.
//
//   <figure data-chart data-geometry="/geometry/NAME.HASH.json" data-name="...">
//     <div class="chart-drawing"><svg ...></div>
//     <script type="application/json" class="chart-option">{...}</script>
//   </figure>
//
// On a map with data-links, each area leads to that address and its code.
//
// The server's drawing stays in the page, hidden on screen, for print. A chart
// that can't be made live stays as the server drew it.
import { getMap, init, registerMap } from './echarts.js'
import { mapsOf, resolved } from './options.js'
import { darkened } from './palette.js'

const dark = window.matchMedia('(prefers-color-scheme: dark)')
const live = new Map()
const fetched = new Map()

function geometry(name, url) {
  if (!fetched.has(url)) {
    const reply = fetch(url).then((response) => {
      if (!response.ok) {
        throw new Error(url + ': ' + response.status)
      }
      return response.json()
    })
    fetched.set(url, reply.then((map) => getMap(name) || registerMap(name, map)))
  }
  return fetched.get(url)
}

function drawn(option) {
  return { ...resolved(option, dark.matches ? darkened : undefined), animation: false }
}

async function enliven(figure) {
  const script = figure.querySelector('script.chart-option')
  const drawing = figure.querySelector('.chart-drawing')
  if (!script || !drawing || live.has(figure)) {
    return
  }
  live.set(figure, undefined)
  const option = JSON.parse(script.textContent)
  await Promise.all(mapsOf(option).map((name) => geometry(name, figure.dataset.geometry)))

  const box = drawing.getBoundingClientRect()
  const place = document.createElement('div')
  place.className = 'chart-live'
  place.setAttribute('role', 'img')
  place.setAttribute('aria-label', figure.dataset.name || '')
  place.style.height = box.height + 'px'
  drawing.after(place)
  const chart = init(place, null, { renderer: 'svg', width: box.width, height: box.height })
  chart.setOption(drawn(option))
  if (figure.dataset.links) {
    chart.on('click', ({ name }) => name && window.location.assign(figure.dataset.links + name))
  }
  const made = { chart, option, place, drawing }
  live.set(figure, made)
  figure.addEventListener('chart-option', ({ detail }) => {
    made.option = detail
    chart.setOption(drawn(detail))
  })
  figure.dataset.live = 'true'
  window.__chartsReady = (window.__chartsReady || 0) + 1

  const proportion = box.height / box.width
  new ResizeObserver(() => {
    const width = place.clientWidth
    if (!width) {
      return
    }
    const height = figure.dataset.proportion ? Math.round(width * proportion) : box.height
    place.style.height = height + 'px'
    chart.resize({ width, height })
  }).observe(place)
}

const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        seen.unobserve(entry.target)
        enliven(entry.target).catch((reason) => console.error(entry.target.id, reason))
      }
    }
  },
  { rootMargin: '200px' },
)

function watch(root) {
  for (const figure of root.querySelectorAll('figure[data-chart]')) {
    seen.observe(figure)
  }
}

watch(document)

// A part of the page was replaced: what went with it is given up.
document.addEventListener('partial', (event) => {
  for (const [figure, made] of live) {
    if (!figure.isConnected) {
      seen.unobserve(figure)
      made?.chart.dispose()
      live.delete(figure)
    }
  }
  watch(event.detail)
})

dark.addEventListener('change', () => {
  for (const made of live.values()) {
    if (made) {
      made.chart.setOption(drawn(made.option), true)
    }
  }
})
