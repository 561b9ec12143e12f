// The drawings of a report: each takes plain values and decides nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hone {

struct PlotWords {
  std::string title, description;  // of the drawing as a whole
  std::string x, y;                // of the axes
};

// Differences with their intervals around zero, one row each, in points.
struct ForestRow {
  std::string label;
  std::optional<double> value, low, high;
  std::string mark;  // "p=0.012 *"
};
std::string ForestPlot(const PlotWords& words, const std::vector<ForestRow>& rows, bool alone);

// Lines over steps. Points in order of x; names at the right end and in a legend.
struct CurveSeries {
  std::string name;
  std::vector<std::pair<double, double>> points;
};
std::string CurvePlot(const PlotWords& words, const std::vector<CurveSeries>& series, bool alone);

// Bars by category, one group a category, one bar a series.
struct BarSeries {
  std::string name;
  std::vector<double> values;  // one per category
};
std::string BarPlot(const PlotWords& words, const std::vector<std::string>& categories,
                    const std::vector<BarSeries>& series, bool alone);

// Horizontal bars in parts, one a row.
std::string StackPlot(const PlotWords& words, const std::vector<std::string>& rows,
                      const std::vector<BarSeries>& parts, bool alone);

}  // namespace hone
