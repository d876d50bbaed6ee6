// Draws charts to SVG in the server's interpreter, which offers one function
// of its own, geometryOf(name): a registered map as GeoJSON text.
import { getMap, init, registerMap } from './echarts.js'
import { mapsOf, resolved } from './options.js'

globalThis.drawChart = function drawChart(json, width, height) {
  const option = JSON.parse(json)
  for (const name of mapsOf(option)) {
    if (!getMap(name)) {
      registerMap(name, JSON.parse(globalThis.geometryOf(name)))
    }
  }
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption({ ...resolved(option), animation: false })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
