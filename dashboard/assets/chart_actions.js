// What can be done with a chart beyond its links: keep it as PNG, copy the link
// to it and the code that shows it elsewhere.
//
// The picture is the server's SVG, drawn at twice its size.
const scale = 2

export function actOn(actions) {
  const said = actions.querySelector('[role="status"]')
  const code = actions.querySelector('textarea')

  // Where the server doesn't know its own name, the address in the code has none.
  code.value = code.value.replace(/src="(\/[^"]*)"/, (_, path) => 'src="' + window.location.origin + path + '"')
  code.addEventListener('focus', () => code.select())

  for (const button of actions.querySelectorAll('button')) {
    button.closest('li').hidden = false
  }
  actions.querySelector('[data-png]').addEventListener('click', async ({ currentTarget }) => {
    try {
      await savePNG(currentTarget.dataset.png, actions.dataset.file)
      said.textContent = 'The picture is in your downloads.'
    } catch {
      said.textContent = 'The picture could not be made here; the SVG can be kept instead.'
    }
  })
  actions.querySelector('[data-copy]').addEventListener('click', async ({ currentTarget }) => {
    const address = new URL(currentTarget.dataset.copy, window.location.href).href
    try {
      await navigator.clipboard.writeText(address)
      said.textContent = 'The link is copied.'
    } catch {
      said.textContent = 'Copy this link: ' + address
    }
  })
}

// savePNG draws a picture of our own server on a canvas, and hands it over.
async function savePNG(address, name) {
  const image = new Image()
  image.src = address
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.naturalWidth * scale
  canvas.height = image.naturalHeight * scale
  const context = canvas.getContext('2d')
  context.scale(scale, scale)
  context.drawImage(image, 0, 0)
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name + '.png'
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10000)
}
