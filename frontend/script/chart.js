// The charts of the operators' console. Loaded by its pages only. What is drawn stands in a table beside it too, so that
// nothing here is the only way to read a number.
import Chart from './{{chartjs}}';

const dashes = [[], [6, 4], [2, 3], [8, 3, 2, 3]];

// The colours of the page, light or dark.
function paint() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    ink: colour('--soft'),
    line: colour('--line'),
    paper: colour('--paper'),
    font: style.getPropertyValue('--font').trim(),
    series: [1, 2, 3, 4, 5, 6].map((number) => colour(`--chart-${number}`)),
  };
}

function configuration({ shape, days, series, digits }) {
  const { ink, line, paper, font, series: colours } = paint();
  const bars = shape === 'bars';
  const text = { color: ink, font: { family: font, size: 12 } };
  const read = (value) => value.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    type: bars ? 'bar' : 'line',
    data: {
      labels: days,
      datasets: series.map(({ name, values }, place) => ({
        label: name,
        data: values,
        backgroundColor: colours[place % colours.length],
        borderColor: bars ? paper : colours[place % colours.length],
        borderWidth: bars ? { top: 1 } : 2,
        borderDash: bars ? [] : dashes[place % dashes.length],
        pointRadius: days.length > 40 ? 0 : 2,
        maxBarThickness: 28,
        tension: 0,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: {
          stacked: bars,
          grid: { display: false },
          border: { color: line },
          ticks: { ...text, maxRotation: 0, autoSkipPadding: 16, callback: (place) => days[place].slice(5) },
        },
        y: {
          stacked: bars,
          beginAtZero: true,
          grid: { color: line },
          border: { display: false },
          ticks: { ...text, precision: digits > 0 ? undefined : 0, maxTicksLimit: 6 },
        },
      },
      plugins: {
        legend: {
          display: series.length > 1,
          position: 'bottom',
          labels: { ...text, boxWidth: 12, boxHeight: 12, padding: 14 },
        },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label} ${read(item.parsed.y)}` } },
      },
    },
  };
}

const dark = matchMedia('(prefers-color-scheme: dark)');

// Draws what is described, anew where something was drawn before; takes the drawing away when nothing is.
export function draw(canvas, described) {
  const drawn = Chart.getChart(canvas);
  dark.removeEventListener('change', canvas.repaint);
  if (!described || !canvas.isConnected) {
    drawn?.destroy();
    return;
  }
  const wanted = configuration(JSON.parse(described));
  if (drawn) {
    drawn.data = wanted.data;
    drawn.options = wanted.options;
    drawn.update('none');
  } else {
    new Chart(canvas, wanted);
  }
  canvas.repaint = () => draw(canvas, described);
  dark.addEventListener('change', canvas.repaint);
}
