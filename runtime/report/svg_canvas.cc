#include "report/svg_canvas.h"

#include <cmath>
#include <cstdio>

#include "report/render_html.h"

namespace hone {
namespace {

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", std::fabs(value) < 0.05 ? 0.0 : value);
  return text;
}

std::string Points(const std::vector<SvgCanvas::Point>& points) {
  std::string out;
  for (const auto& [x, y] : points) {
    if (!out.empty()) out += ' ';
    out += Number(x) + "," + Number(y);
  }
  return out;
}

}  // namespace

SvgCanvas::SvgCanvas(double width, double height, std::string_view title,
                     std::string_view description)
    : width_(width), height_(height) {
  head_ = "<title>" + EscapeHtml(title) + "</title><desc>" + EscapeHtml(description) + "</desc>\n";
}

void SvgCanvas::Tooltip(std::string_view text, std::string_view element) {
  body_ += text.empty() ? std::string("/>")
                        : "><title>" + EscapeHtml(text) + "</title></" + std::string(element) + ">";
  body_ += '\n';
}

void SvgCanvas::Line(Point from, Point to, std::string_view css_class) {
  body_ += "<line class=\"" + std::string(css_class) + "\" x1=\"" + Number(from.first) +
           "\" y1=\"" + Number(from.second) + "\" x2=\"" + Number(to.first) + "\" y2=\"" +
           Number(to.second) + "\"/>\n";
}

void SvgCanvas::Box(Point corner, double width, double height, std::string_view css_class,
                    std::string_view tooltip) {
  body_ += "<rect class=\"" + std::string(css_class) + "\" x=\"" + Number(corner.first) +
           "\" y=\"" + Number(corner.second) + "\" width=\"" + Number(width) + "\" height=\"" +
           Number(height) + "\"";
  Tooltip(tooltip, "rect");
}

void SvgCanvas::Dot(Point centre, double radius, std::string_view css_class,
                    std::string_view tooltip) {
  body_ += "<circle class=\"" + std::string(css_class) + "\" cx=\"" + Number(centre.first) +
           "\" cy=\"" + Number(centre.second) + "\" r=\"" + Number(radius) + "\"";
  Tooltip(tooltip, "circle");
}

void SvgCanvas::Path(const std::vector<Point>& points, std::string_view css_class) {
  body_ += "<polyline class=\"line " + std::string(css_class) + "\" points=\"" + Points(points) +
           "\"/>\n";
}

void SvgCanvas::Area(const std::vector<Point>& points, std::string_view css_class) {
  body_ +=
      "<polygon class=\"" + std::string(css_class) + "\" points=\"" + Points(points) + "\"/>\n";
}

void SvgCanvas::Text(Point at, std::string_view text, std::string_view css_class, Anchor anchor) {
  std::string classes = "label";
  if (anchor == Anchor::kMiddle) classes += " middle";
  if (anchor == Anchor::kEnd) classes += " end";
  if (!css_class.empty()) classes += " " + std::string(css_class);
  body_ += "<text class=\"" + classes + "\" x=\"" + Number(at.first) + "\" y=\"" +
           Number(at.second) + "\">" + EscapeHtml(text) + "</text>\n";
}

std::string SvgCanvas::Finish(bool alone) const {
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " +
                    Number(width_) + " " + Number(height_) + "\"";
  if (alone) out += " width=\"" + Number(width_) + "\" height=\"" + Number(height_) + "\"";
  out += ">\n" + head_;
  if (alone) {
    out += "<style>" + std::string(SvgStyle()) +
           "</style>\n<rect class=\"paper\" width=\"100%\" "
           "height=\"100%\"/>\n";
  }
  return out + body_ + "</svg>\n";
}

std::string SeriesClass(std::size_t index) {
  return "s" + std::to_string(index % static_cast<std::size_t>(kSeriesColours));
}

// Hues after Okabe and Ito, told apart by the colour-blind; darkened or lightened for contrast with
// the paper.
std::string_view SvgStyle() {
  return R"css(
svg{--ink:#1f2328;--soft:#59636e;--rule:#d1d9e0;--paper:#fff;--c0:#0072b2;--c1:#c04f00;--c2:#007a5a;--c3:#a8497f;--c4:#946800;--c5:#2b7fa8;--c6:#5b5bd6;--c7:#6e6e6e}
@media (prefers-color-scheme:dark){svg{--ink:#e6edf3;--soft:#9da7b3;--rule:#3d444d;--paper:#0d1117;--c0:#58a6e0;--c1:#f0883e;--c2:#3fb98f;--c3:#e28bbd;--c4:#e3b341;--c5:#79c0ff;--c6:#a5a5ff;--c7:#a0a0a0}}
svg text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
svg .paper{fill:var(--paper)}
svg .label{fill:var(--ink)}svg .muted{fill:var(--soft)}svg .strong{font-weight:600}
svg .middle{text-anchor:middle}svg .end{text-anchor:end}
svg .axis{stroke:var(--soft);stroke-width:1}svg .grid{stroke:var(--rule);stroke-width:1}
svg .zero{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 3}
svg .line{fill:none;stroke-width:2}svg .whisker{stroke-width:2}
svg .s0{fill:var(--c0);stroke:var(--c0)}svg .s1{fill:var(--c1);stroke:var(--c1)}
svg .s2{fill:var(--c2);stroke:var(--c2)}svg .s3{fill:var(--c3);stroke:var(--c3)}
svg .s4{fill:var(--c4);stroke:var(--c4)}svg .s5{fill:var(--c5);stroke:var(--c5)}
svg .s6{fill:var(--c6);stroke:var(--c6)}svg .s7{fill:var(--c7);stroke:var(--c7)}
svg polyline.line{fill:none}svg polyline.s4,svg polyline.s5,svg polyline.s6,svg polyline.s7{stroke-dasharray:6 3}
svg text.s0,svg text.s1,svg text.s2,svg text.s3,svg text.s4,svg text.s5,svg text.s6,svg text.s7{stroke:none}
)css";
}

std::vector<double> NiceTicks(double low, double high, int most) {
  if (!(high > low)) high = low + 1;
  const double rough = (high - low) / std::max(1, most - 1);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * power;
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (factor * power >= rough) {
      step = factor * power;
      break;
    }
  }
  std::vector<double> ticks;
  const double first = std::floor(low / step + 1e-9);
  const double last = std::ceil(high / step - 1e-9);
  for (double i = first; i <= last; i += 1) ticks.push_back(i * step);
  return ticks;
}

}  // namespace hone
