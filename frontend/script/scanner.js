// Reads QR codes from the camera. Loaded by the scan page only.

// The browser's own reader where there is one, otherwise ours.
async function reader() {
  if ('BarcodeDetector' in window) {
    try {
      const known = await BarcodeDetector.getSupportedFormats();
      if (known.includes('qr_code')) {
        const detector = new BarcodeDetector({ formats: ['qr_code'] });
        return async (video) => (await detector.detect(video))[0]?.rawValue;
      }
    } catch {
      // Announced, but not working: read it ourselves.
    }
  }
  const { default: decode } = await import('./{{jsqr}}');
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  return async (video) => {
    const scale = Math.min(1, 640 / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (canvas.width === 0 || canvas.height === 0) return undefined;
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    const image = pen.getImageData(0, 0, canvas.width, canvas.height);
    return decode(image.data, image.width, image.height, { inversionAttempts: 'dontInvert' })?.data;
  };
}

// Opens the camera and tells each code seen; answers what closes it again.
export async function open(video, found) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  let running = true;
  const close = () => {
    running = false;
    stream.getTracks().forEach((track) => track.stop());
  };
  try {
    const read = await reader();
    video.srcObject = stream;
    await video.play();
    const look = async () => {
      if (!running) return;
      const text = await read(video).catch(() => undefined);
      if (running && text) found(text);
      setTimeout(look, 200);
    };
    look();
  } catch (error) {
    close();
    throw error;
  }
  return close;
}
