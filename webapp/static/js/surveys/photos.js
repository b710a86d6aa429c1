// Makes a photo small enough for a weak network before it is kept: at most 1600 pixels long, drawn anew as a JPEG.
(() => {
  const LONGEST = 1600;
  const loaded = (file) => new Promise((yes, no) => {
    const picture = new Image();
    const url = URL.createObjectURL(file);
    picture.onload = () => { URL.revokeObjectURL(url); yes(picture); };
    picture.onerror = () => { URL.revokeObjectURL(url); no(new Error("picture")); };
    picture.src = url;
  });
  const drawn = (canvas) => new Promise((yes, no) => {
    canvas.toBlob((blob) => (blob ? yes(blob) : no(new Error("picture"))), "image/jpeg", 0.8);
  });
  window.surveys.compressed = async (file) => {
    const picture = await loaded(file);
    const share = Math.min(1, LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * share));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * share));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return drawn(canvas);
  };
})();
