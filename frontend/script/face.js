// The camera of the page that verifies by face: shows what it sees, and takes pictures of it. Also makes photos of ID
// cards small enough to be sent by phone. Loaded by that page only.

const JPEG = 'image/jpeg';

function toJpeg(canvas, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), JPEG, quality);
  });
}

// Opens the front camera; answers how to take a picture, and how to close it again.
export async function open(video) {
  const wanted = { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 } };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: wanted });
  const close = () => stream.getTracks().forEach((track) => track.stop());
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  const small = document.createElement('canvas');
  small.width = 16;
  small.height = 12;
  const meter = small.getContext('2d', { willReadFrequently: true });
  try {
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    close();
    throw error;
  }
  // Answers a JPEG, and how light it is there: 0 to 255.
  const take = async () => {
    const scale = Math.min(1, 960 / Math.max(video.videoWidth, video.videoHeight, 1));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    if (canvas.width === 0 || canvas.height === 0) throw new Error('no picture yet');
    pen.drawImage(video, 0, 0, canvas.width, canvas.height);
    meter.drawImage(canvas, 0, 0, small.width, small.height);
    const { data } = meter.getImageData(0, 0, small.width, small.height);
    let light = 0;
    for (let at = 0; at < data.length; at += 4) light += data[at] + data[at + 1] + data[at + 2];
    return { picture: await toJpeg(canvas, 0.85), light: light / (data.length / 4) / 3 };
  };
  return { take, close };
}

// A photo as a JPEG with no side longer than `longest`; fails when the file is no picture.
export async function shrink(file, longest) {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return toJpeg(canvas, 0.9);
}
