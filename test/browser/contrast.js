// Runs in a page: the contrast of each text with what is behind it (WCAG 2.2, 1.4.3).
(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const luminance = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const { backgroundColor } = getComputedStyle(element);
    return element.parentElement === null ? [backgroundColor] : [...behind(element.parentElement), backgroundColor];
  };
  const isText = ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && textContent.trim() !== '';
  return [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some(isText))
    .map((element) => {
      const background = behind(element);
      const [dark, light] = [
        luminance(background),
        luminance([...background, getComputedStyle(element).color]),
      ].toSorted((one, other) => one - other);
      return (light + 0.05) / (dark + 0.05);
    });
})();
