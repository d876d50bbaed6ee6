// Shapes that ECharts lacks, for custom series. An option names them:
// "renderItem": "band".

const known = (value) => typeof value === 'number' && isFinite(value)

// band is the area between two limits: items of [x, lower, upper] in the order
// of x. A missing limit parts the band; it is never bridged. The whole band is
// drawn with the first item, as one shape for each unbroken run.
function band(params, api) {
  if (params.context.drawn) {
    return undefined
  }
  params.context.drawn = true
  const look = lookOf(params, api)
  const children = []
  let upper = []
  let lower = []
  const close = () => {
    if (upper.length > 1) {
      children.push(shape('polygon', { points: upper.concat(lower.reverse()) }, look))
    } else if (upper.length === 1) {
      const [[x, top]] = upper
      children.push(shape('rect', { x: x - 2, y: top, width: 4, height: lower[0][1] - top }, look))
    }
    upper = []
    lower = []
  }
  for (let i = 0; i < params.dataInsideLength; i++) {
    const [x, low, high] = [api.value(0, i), api.value(1, i), api.value(2, i)]
    if (known(low) && known(high)) {
      lower.push(api.coord([x, low]))
      upper.push(api.coord([x, high]))
    } else {
      close()
    }
  }
  close()
  return { type: 'group', silent: true, children }
}

// lookOf is the series' colour and, from its itemPayload, its opacity.
function lookOf(params, api) {
  return { colour: api.visual('color'), opacity: params.itemPayload.opacity ?? 1 }
}

function shape(type, geometry, look) {
  return { type, shape: geometry, style: { fill: look.colour, opacity: look.opacity }, silent: true }
}

// errors are the bars of a point's limits: items of [x, y, x lower, x upper,
// y lower, y upper], either pair of which may be missing.
function errors(params, api) {
  const look = lookOf(params, api)
  const [x, y] = [api.value(0), api.value(1)]
  const bar = (from, to) => {
    const [x1, y1] = api.coord(from)
    const [x2, y2] = api.coord(to)
    return {
      type: 'line',
      shape: { x1, y1, x2, y2 },
      style: { stroke: look.colour, lineWidth: 1, opacity: look.opacity },
      silent: true,
    }
  }
  const children = []
  if (known(api.value(2)) && known(api.value(3))) {
    children.push(bar([api.value(2), y], [api.value(3), y]))
  }
  if (known(api.value(4)) && known(api.value(5))) {
    children.push(bar([x, api.value(4)], [x, api.value(5)]))
  }
  return { type: 'group', silent: true, children }
}

const shapes = { band, errors }

// renderItem is the drawing function that a name stands for.
export function renderItem(name) {
  if (!Object.prototype.hasOwnProperty.call(shapes, name)) {
    throw new Error('unknown renderItem "' + name + '"')
  }
  return shapes[name]
}
