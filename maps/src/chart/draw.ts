// Hands the points to uPlot and draws around them: the benchmark, the days without data, the failed tests.

import uPlot from 'uplot';
import { t } from '../text/en';
import { mbps } from '../words/number';
import { shortDay } from '../words/time';
import type { ChartPoints } from './points';

export interface ChartColours {
  ink: string;
  soft: string;
  line: string;
  sunk: string;
  bad: string;
  paper: string;
}

export interface ChartSetting {
  points: ChartPoints;
  target_mbps: number;
  floor_mbps: number;
  zone: string;
  colours: ChartColours;
  width_px: number;
  onpoint: (at: number | null) => void;
}

const HEIGHT_PX = 210;
const FONT = '12px "Noto Sans Variable", sans-serif';

export function draw(target: HTMLElement, setting: ChartSetting): uPlot {
  const { points, colours } = setting;
  const data = [points.x, points.tests, points.faded, points.medians] as uPlot.AlignedData;
  const chart = new uPlot(options(setting), data, target);
  chart.root.style.setProperty('--uplot-ink', colours.ink);
  return chart;
}

function options(setting: ChartSetting): uPlot.Options {
  const { points, colours, zone, width_px } = setting;
  const axis = { stroke: colours.soft, font: FONT, ticks: { show: false } };
  return {
    width: width_px,
    height: HEIGHT_PX,
    padding: [10, 22, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: true, range: [points.from, points.to] },
      y: { range: [0, points.top_mbps] },
    },
    axes: [
      {
        ...axis,
        size: 30,
        space: 64,
        grid: { show: false },
        values: (_, splits) => splits.map((at) => shortDay(at * 1000, zone)),
        incrs: [86_400, 2 * 86_400, 4 * 86_400, 7 * 86_400, 14 * 86_400],
      },
      { ...axis, size: 40, grid: { stroke: colours.line, width: 1 } },
    ],
    series: [
      {},
      dots(colours.ink, colours.ink),
      dots(colours.soft, 'transparent'),
      { stroke: colours.ink, width: 1.5, points: { show: false } },
    ],
    hooks: {
      drawClear: [(u) => drawEmptyDays(u, setting)],
      draw: [(u) => drawBenchmark(u, setting), (u) => drawFailed(u, setting)],
      setCursor: [
        (u) => {
          const { left } = u.cursor;
          setting.onpoint(left === undefined || left < 0 ? null : u.posToVal(left, 'x'));
        },
      ],
    },
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone),
  };
}

/** Dots without a line between them. */
function dots(stroke: string, fill: string): uPlot.Series {
  return {
    stroke,
    paths: () => null,
    points: { show: true, size: 4.5, width: 1, stroke, fill },
  };
}

function drawEmptyDays(u: uPlot, { points, colours }: ChartSetting) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.fillStyle = colours.sunk;
  for (const { from, to } of points.empty) {
    const left = Math.max(bbox.left, u.valToPos(from, 'x', true));
    const right = Math.min(bbox.left + bbox.width, u.valToPos(to, 'x', true));
    if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
  }
  ctx.restore();
}

function drawBenchmark(u: uPlot, setting: ChartSetting) {
  const { colours, target_mbps, floor_mbps } = setting;
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `500 ${12 * ratio}px "Noto Sans Variable", sans-serif`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  const line = (value: number, words: string, colour: string, dash: number[], width: number) => {
    const y = u.valToPos(value, 'y', true);
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * ratio;
    ctx.setLineDash(dash.map((d) => d * ratio));
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.setLineDash([]);
    // The words lie on a piece of paper, so that no test runs through them.
    const [x, baseline] = [bbox.left + bbox.width, y - 2 * ratio];
    const wide = ctx.measureText(words).width + 8 * ratio;
    ctx.fillStyle = colours.paper;
    ctx.fillRect(x - wide, baseline - 15 * ratio, wide, 15 * ratio);
    ctx.fillStyle = colour;
    ctx.fillText(words, x, baseline);
  };
  line(floor_mbps, t.chart.floor(mbps(floor_mbps)), colours.soft, [2, 3], 1);
  line(target_mbps, t.chart.target(mbps(target_mbps)), colours.ink, [6, 4], 1.5);
  ctx.restore();
}

/** Short strokes on the ground line: a failed test has no rate. */
function drawFailed(u: uPlot, { points, colours }: ChartSetting) {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  const ground = bbox.top + bbox.height;
  ctx.save();
  ctx.strokeStyle = colours.bad;
  ctx.lineWidth = 2 * ratio;
  for (const at of points.failed_at) {
    const x = u.valToPos(at, 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, ground);
    ctx.lineTo(x, ground - 9 * ratio);
    ctx.stroke();
  }
  ctx.restore();
}
