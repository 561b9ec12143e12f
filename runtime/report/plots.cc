#include "report/plots.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "report/svg_canvas.h"
#include "report/text_grid.h"

namespace hone {
namespace {

using Anchor = SvgCanvas::Anchor;

constexpr double kWidth = 860;
constexpr double kLegendRow = 18;
constexpr std::size_t kLegendColumns = 2;

std::string Short(const std::string& text, std::size_t columns = 36) {
  return CutToWidth(text, columns);
}

std::string Figure(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g", std::fabs(value) < 1e-12 ? 0.0 : value);
  return text;
}

std::string Points(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%+.1f", std::fabs(value) < 0.05 ? 0.0 : value);
  return text;
}

struct Scale {
  double low, high, from, to;
  [[nodiscard]] double At(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }
};

// Names in rows; returns the height they take.
double Legend(SvgCanvas* canvas, const std::vector<std::string>& names, double left, double top) {
  const double column = (kWidth - left - 10) / kLegendColumns;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double x = left + column * static_cast<double>(i % kLegendColumns);
    const double y = top + kLegendRow * static_cast<double>(i / kLegendColumns);
    canvas->Box({x, y - 9}, 12, 10, SeriesClass(i));
    canvas->Text({x + 18, y}, Short(names[i], 52));
  }
  return kLegendRow * static_cast<double>((names.size() + kLegendColumns - 1) / kLegendColumns);
}

double LegendHeight(std::size_t names) {
  return kLegendRow * static_cast<double>((names + kLegendColumns - 1) / kLegendColumns);
}

}  // namespace

std::string ForestPlot(const PlotWords& words, const std::vector<ForestRow>& rows, bool alone) {
  constexpr double kLeft = 250, kRight = 640, kRow = 26, kTop = 34;
  const double bottom = kTop + kRow * static_cast<double>(rows.size());
  SvgCanvas canvas(kWidth, bottom + 46, words.title, words.description);
  double low = 0, high = 0;
  for (const ForestRow& row : rows) {
    for (const auto& value : {row.value, row.low, row.high}) {
      if (!value) continue;
      low = std::min(low, *value);
      high = std::max(high, *value);
    }
  }
  const std::vector<double> ticks = NiceTicks(low, high, 7);
  const Scale x{ticks.front(), ticks.back(), kLeft, kRight};
  canvas.Text({kLeft, 16}, words.title, "strong");
  for (const double tick : ticks) {
    canvas.Line({x.At(tick), kTop - 6}, {x.At(tick), bottom}, "grid");
    canvas.Text({x.At(tick), bottom + 16}, Points(tick), "muted", Anchor::kMiddle);
  }
  canvas.Line({x.At(0), kTop - 6}, {x.At(0), bottom}, "zero");
  canvas.Text({(kLeft + kRight) / 2, bottom + 36}, words.x, "muted", Anchor::kMiddle);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ForestRow& row = rows[i];
    const double y = kTop + kRow * (static_cast<double>(i) + 0.5);
    canvas.Text({kLeft - 12, y + 4}, Short(row.label), "", Anchor::kEnd);
    if (!row.value) {
      canvas.Text({kRight + 14, y + 4}, row.mark, "muted");
      continue;
    }
    std::string said = Points(*row.value);
    if (row.low && row.high) {
      canvas.Line({x.At(*row.low), y}, {x.At(*row.high), y}, "whisker s0");
      for (const double end : {*row.low, *row.high}) {
        canvas.Line({x.At(end), y - 5}, {x.At(end), y + 5}, "whisker s0");
      }
      said += " [" + Points(*row.low) + ", " + Points(*row.high) + "]";
    }
    canvas.Dot({x.At(*row.value), y}, 5, "s0", row.label + ": " + said);
    canvas.Text({kRight + 14, y + 4}, said + "  " + row.mark);
  }
  return canvas.Finish(alone);
}

std::string CurvePlot(const PlotWords& words, const std::vector<CurveSeries>& series, bool alone) {
  constexpr double kLeft = 64, kRight = kWidth - 20, kTop = 34, kPlot = 250;
  std::vector<std::string> names;
  double low_x = 0, high_x = 1, low_y = 0, high_y = 0;
  bool is_first = true;
  for (const CurveSeries& one : series) {
    names.push_back(one.name);
    for (const auto& [px, py] : one.points) {
      if (is_first) {
        low_x = high_x = px;
        low_y = high_y = py;
      }
      is_first = false;
      low_x = std::min(low_x, px);
      high_x = std::max(high_x, px);
      low_y = std::min(low_y, py);
      high_y = std::max(high_y, py);
    }
  }
  const double bottom = kTop + kPlot;
  SvgCanvas canvas(kWidth, bottom + 60 + LegendHeight(names.size()), words.title,
                   words.description);
  const std::vector<double> ticks = NiceTicks(std::min(0.0, low_y), high_y, 6);
  const Scale x{low_x - 0.2, std::max(high_x, low_x + 1) + 0.2, kLeft, kRight};
  const Scale y{ticks.front(), ticks.back(), bottom, kTop};
  canvas.Text({kLeft, 16}, words.title, "strong");
  canvas.Text({kRight, 16}, words.y, "muted", Anchor::kEnd);
  for (const double tick : ticks) {
    canvas.Line({kLeft, y.At(tick)}, {kRight, y.At(tick)}, "grid");
    canvas.Text({kLeft - 8, y.At(tick) + 4}, Figure(tick), "muted", Anchor::kEnd);
  }
  const double every = std::max(1.0, std::ceil((high_x - low_x) / 12));
  for (double tick = low_x; tick <= high_x; tick += every) {
    canvas.Text({x.At(tick), bottom + 18}, Figure(tick), "muted", Anchor::kMiddle);
  }
  canvas.Text({(kLeft + kRight) / 2, bottom + 36}, words.x, "muted", Anchor::kMiddle);
  for (std::size_t i = 0; i < series.size(); ++i) {
    std::vector<SvgCanvas::Point> points;
    for (const auto& [px, py] : series[i].points) points.emplace_back(x.At(px), y.At(py));
    if (points.size() > 1) canvas.Path(points, SeriesClass(i));
    for (std::size_t j = 0; j < points.size(); ++j) {
      const auto& [px, py] = series[i].points[j];
      canvas.Dot(points[j], 3.5, SeriesClass(i),
                 series[i].name + ", " + words.x + " " + Figure(px) + ": " + Figure(py));
    }
  }
  Legend(&canvas, names, kLeft, bottom + 58);
  return canvas.Finish(alone);
}

std::string BarPlot(const PlotWords& words, const std::vector<std::string>& categories,
                    const std::vector<BarSeries>& series, bool alone) {
  constexpr double kLeft = 64, kRight = kWidth - 20, kTop = 34, kPlot = 220;
  double high = 0;
  std::vector<std::string> names;
  for (const BarSeries& one : series) {
    names.push_back(one.name);
    for (const double value : one.values) high = std::max(high, value);
  }
  const double bottom = kTop + kPlot;
  SvgCanvas canvas(kWidth, bottom + 60 + LegendHeight(names.size()), words.title,
                   words.description);
  const std::vector<double> ticks = NiceTicks(0, high, 6);
  const Scale y{0, ticks.back(), bottom, kTop};
  canvas.Text({kLeft, 16}, words.title, "strong");
  canvas.Text({kRight, 16}, words.y, "muted", Anchor::kEnd);
  for (const double tick : ticks) {
    canvas.Line({kLeft, y.At(tick)}, {kRight, y.At(tick)}, "grid");
    canvas.Text({kLeft - 8, y.At(tick) + 4}, Figure(tick), "muted", Anchor::kEnd);
  }
  const double group =
      (kRight - kLeft) / static_cast<double>(std::max<std::size_t>(1, categories.size()));
  const double bar =
      std::min(34.0, group * 0.8 / static_cast<double>(std::max<std::size_t>(1, series.size())));
  for (std::size_t c = 0; c < categories.size(); ++c) {
    const double middle = kLeft + group * (static_cast<double>(c) + 0.5);
    canvas.Text({middle, bottom + 18}, Short(categories[c], 16), "muted", Anchor::kMiddle);
    for (std::size_t i = 0; i < series.size(); ++i) {
      const double value = series[i].values[c];
      const double left =
          middle + bar * (static_cast<double>(i) - static_cast<double>(series.size()) / 2);
      canvas.Box({left, y.At(value)}, bar - 1, bottom - y.At(value), SeriesClass(i),
                 series[i].name + ", " + categories[c] + ": " + Figure(value));
    }
  }
  canvas.Text({(kLeft + kRight) / 2, bottom + 36}, words.x, "muted", Anchor::kMiddle);
  Legend(&canvas, names, kLeft, bottom + 58);
  return canvas.Finish(alone);
}

std::string StackPlot(const PlotWords& words, const std::vector<std::string>& rows,
                      const std::vector<BarSeries>& parts, bool alone) {
  constexpr double kLeft = 250, kRight = kWidth - 90, kRow = 26, kTop = 34;
  double high = 0;
  std::vector<double> totals(rows.size());
  std::vector<std::string> names;
  for (const BarSeries& part : parts) {
    names.push_back(part.name);
    for (std::size_t r = 0; r < rows.size(); ++r) totals[r] += part.values[r];
  }
  for (const double total : totals) high = std::max(high, total);
  const double bottom = kTop + kRow * static_cast<double>(rows.size());
  SvgCanvas canvas(kWidth, bottom + 60 + LegendHeight(names.size()), words.title,
                   words.description);
  const std::vector<double> ticks = NiceTicks(0, high, 6);
  const Scale x{0, ticks.back(), kLeft, kRight};
  canvas.Text({kLeft, 16}, words.title, "strong");
  for (const double tick : ticks) {
    canvas.Line({x.At(tick), kTop - 6}, {x.At(tick), bottom}, "grid");
    canvas.Text({x.At(tick), bottom + 16}, Figure(tick), "muted", Anchor::kMiddle);
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const double top = kTop + kRow * static_cast<double>(r);
    canvas.Text({kLeft - 12, top + 17}, Short(rows[r]), "", Anchor::kEnd);
    double before = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const double value = parts[i].values[r];
      if (value <= 0) continue;
      canvas.Box({x.At(before), top + 4}, x.At(before + value) - x.At(before), kRow - 8,
                 SeriesClass(i), rows[r] + ", " + parts[i].name + ": " + Figure(value));
      before += value;
    }
    canvas.Text({x.At(totals[r]) + 8, top + 17}, Figure(totals[r]), "muted");
  }
  canvas.Text({(kLeft + kRight) / 2, bottom + 36}, words.x, "muted", Anchor::kMiddle);
  Legend(&canvas, names, kLeft, bottom + 58);
  return canvas.Finish(alone);
}

}  // namespace hone
